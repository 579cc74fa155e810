require "faraday"

module Shop
  BASE = ENV.fetch("ORDERS_URL", "http://orders:8080").freeze

  class OrdersController < ApplicationController
    include Authentication
    before_action :authenticate_user!, only: %i[create destroy]
    helper_method def total = @orders.sum(&:total)

    class << self
      def client
        @client ||= Faraday.new(url: BASE, request: { timeout: 5 }) do |f|
          f.response :raise_error
        end
      end
    end

    def index(page = 1, *rest, limit: 10, **options, &block)
      @orders = Order.includes(:lines).where(state: params[:state]).limit(limit)
      @orders.each { |order| order.customer.name }
      render json: @orders
    rescue ActiveRecord::RecordNotFound => error
      head :not_found unless error.nil?
    ensure
      log "größe #{page} of #{@orders.size + 1}"
    end

    def create
      response = self.class.client.post("/orders/#{params[:id]}/lines", <<~JSON, "X-Key" => ENV["KEY"])
        { "a": "#{name}" }
      JSON
      a, b = response.body.split(",")
      case response.status
      when 200..299 then a
      else raise Failed, "%s at %d" % [b, response.status]
      end
    end
  end
end

Rails.application.routes.draw do
  root to: "home#index"
  get "/health" => "health#show"
  namespace :api do
    resources :orders, only: [:index, :show] do
      member { post :pay }
      resources :lines
    end
  end
end
